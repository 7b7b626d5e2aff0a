using System.Runtime.InteropServices;
using Skep.Runtime.HtmlRewriting.Selectors;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Ops of HTMLRewriter (<c>js/html-rewriter/ops.ts</c>).</summary>
internal static unsafe class HtmlRewriterOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("html_selector_check", &Check);
        ops.Add("html_open", &Open);
        ops.Add("html_write", &Write);
        ops.Add("html_read", &Read);
        ops.Add("html_apply", &Apply);
        ops.Add("html_convert", &Convert);
        ops.Add("html_close", &Close);
    }

    private static HtmlDocumentTable Documents(in OpCall call) => call.State<WorkerIsolate>().HtmlDocuments;

    private static void Check(in OpCall call)
    {
        try
        {
            SelectorParser.Parse(call[0].ToString());
        }
        catch (SelectorException exception)
        {
            throw ParserError(exception);
        }
    }

    private static void Open(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var selectors = call[0].ToStringArray();
        var registrations = call[1].Bytes.ToArray();
        var name = call[2].ToString();
        var upper = call[3];
        var encoding = name == "utf-8" ? Utf8Markup.Instance : upper.Kind == JsKind.String ? new SingleByteMarkup(upper.ToString()) : (MarkupEncoding)CodePageMarkup.Find(name)!;
        var program = selectors.Length == 0 ? null : isolate.HtmlDocuments.Compile(selectors, name, encoding);
        HtmlDocument document = new(new RewriterSettings(program, selectors.Length, registrations, encoding, call[4].Boolean));
        call.Return(isolate.HtmlDocuments.Add(document, isolate.Current is null ? null : isolate.RequireInvocation()));
    }

    private static void Write(in OpCall call)
    {
        try
        {
            if (call[1].IsNullish) Documents(in call).Find(call[0].Int32).End();
            else Documents(in call).Write(call[0].Int32, call[1].Bytes);
        }
        catch (MarkupException exception)
        {
            throw ParserError(exception);
        }
    }

    // [the text, the numbers, whether that is all of the input, what is wrong]
    private static void Read(in OpCall call)
    {
        var document = Documents(in call).Find(call[0].Int32);
        var engine = call.Isolate;
        var done = true;
        var failed = false;
        var failure = JsArgument.Null;
        try
        {
            done = document.Read();
        }
        catch (MarkupException exception)
        {
            failed = true;
            failure = engine.NewError(JsErrorClass.TypeError, $"Parser error: {exception.Message}");
        }

        var batch = document.Batch;
        if (batch.Count == 0 && !failed)
        {
            call.Return(done);
            return;
        }

        var bytes = MemoryMarshal.AsBytes(batch.Numbers);
        var numbers = engine.NewArrayBuffer(bytes.Length, out var memory);
        bytes.CopyTo(memory);
        var text = batch.IsWide ? engine.NewString(batch.Wide.ToString()) : engine.NewStringLatin1(batch.Narrow);
        call.Return(engine.NewArray([text, numbers, done, failure]));
    }

    private static void Apply(in OpCall call)
    {
        var document = Documents(in call).Find(call[0].Int32);
        var output = document.Apply(MemoryMarshal.Cast<byte, int>(call[1].Bytes), call[2].ToString());
        if (output.Length == 0) call.ReturnNull();
        else call.ReturnBytes(output);
    }

    private static void Convert(in OpCall call)
    {
        try
        {
            call.ReturnBytes(Documents(in call).Find(call[0].Int32).Convert(call[1].Bytes, call[2].Boolean, call[3].Boolean));
        }
        catch (MarkupException exception)
        {
            throw ParserError(exception);
        }
    }

    private static void Close(in OpCall call) => Documents(in call).Close(call[0].Int32);

    private static JsException ParserError(Exception exception) => JsException.Type($"Parser error: {exception.Message}");
}
