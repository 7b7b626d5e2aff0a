// A page of 50 KB: links go to another host, the head gets a script, comments go, the text of headings is collected.
const article = (i) => `
    <article id="post-${i}" class="post ${i % 2 ? "odd" : "even"}">
      <!-- post ${i} -->
      <h2><a href="https://old.example.com/posts/${i}" title="Post ${i}">The harvest of week ${i}</a></h2>
      <p class="meta">By <a href="/authors/${i % 5}">Author ${i % 5}</a>, <time datetime="2026-06-${10 + (i % 20)}">June</time></p>
      <img src="/images/hive-${i}.jpg" alt="Hive &amp; frames" width="640" height="480" loading="lazy">
      <p>Bees <em>forage</em> within three kilometres, so what blooms there is what the honey tastes of: linden, clover,
      acacia &mdash; and in a dry summer hardly anything. See <a href="https://old.example.com/guide#${i}">the guide</a> for more.</p>
      <ul><li>Frames: ${i}</li><li>Weight: ${i * 3} kg</li><li>Colour: amber</li></ul>
    </article>`;
const page = new TextEncoder().encode(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Honey</title><link rel="stylesheet" href="/style.css">
<script>window.data = { a: "<b>not markup</b>" };</script></head>
<body><nav>${Array.from({ length: 12 }, (_, i) => `<a href="/section/${i}">Section ${i}</a>`).join("")}</nav><main>${Array.from({ length: 68 }, (_, i) => article(i)).join("")}
</main><footer><p>End</p></footer></body></html>
`);

class Links {
  element(element) {
    const href = element.getAttribute("href");
    if (href.startsWith("https://old.example.com/")) element.setAttribute("href", "https://new.example.com" + href.slice(23));
  }
}

export default {
  fetch() {
    let headings = "";
    return new HTMLRewriter()
      .on("a[href]", new Links())
      .on("head", { element(element) { element.append('<script src="/analytics.js"></script>', { html: true }); } })
      .on("h2 > a", { text(text) { headings += text.text; } })
      .on("img[loading=lazy]", { element(element) { element.setAttribute("decoding", "async"); } })
      .onDocument({
        comments(comment) { comment.remove(); },
        end(end) { end.append(`<!-- ${headings.length} -->`, { html: true }); },
      })
      .transform(new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } }));
  },
};
