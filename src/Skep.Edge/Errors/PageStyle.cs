namespace Skep.Edge.Errors;

/// <summary>The look shared by all pages: one inline style sheet, light and dark, no script, nothing loaded.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#fbfaf7;--fg:#22201c;--dim:#6f6a60;--line:#e4dfd4;--card:#fff;--accent:#b4540a;--mark:#fdf0e2}
        @media(prefers-color-scheme:dark){:root{--bg:#171613;--fg:#ece8df;--dim:#9c968a;--line:#34312b;--card:#1f1d1a;--accent:#f2a154;--mark:#33271a}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 system-ui,sans-serif}
        main{max-width:62rem;margin:0 auto;padding:clamp(1.5rem,6vw,5rem) 1.25rem}
        .tag{color:var(--accent);font-weight:600;letter-spacing:.02em}h1{font-size:clamp(1.4rem,3.4vw,2.1rem);line-height:1.25;margin:.3rem 0 1rem;overflow-wrap:anywhere;text-wrap:balance}
        p{max-width:44rem;margin:.5rem 0}.dim,dt{color:var(--dim)}code,pre,dd{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        pre{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;overflow-x:auto;margin:1.5rem 0}
        pre span{display:block;min-height:1.6em;white-space:pre}.head{font-weight:600}.own{background:var(--mark);margin:0 -1rem;padding:0 1rem}.lib{color:var(--dim)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;border-top:1px solid var(--line);padding-top:1rem}dd{margin:0;overflow-wrap:anywhere}
        li{margin:.2rem 0}
        """;

    /// <summary>A whole document. <paramref name="title"/> is text, <paramref name="body"/> is markup.</summary>
    public static string Document(string title, string body) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{Html.Encode(title)}</title>
        <style>{Css}</style>
        </head>
        <body><main>
        {body}
        </main></body>
        </html>

        """;
}
