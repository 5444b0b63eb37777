import assert from "node:assert/strict";
import { test } from "node:test";
import { html, Markup, nameOf } from "../../src/report/markup.ts";

test("what is put into a template is text, in elements and in attributes", () => {
  const hostile = `<script>alert("1")</script> & 'x'`;
  assert.equal(
    html`<p title="${hostile}">${hostile}</p>`.text,
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>',
  );
});

test("markup within a template stays markup, lists are joined, and undefined is nothing", () => {
  assert.equal(
    html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${undefined}</ul>`.text,
    "<ul><li>1</li><li>2</li></ul>",
  );
});

test("a number 0 is written", () => {
  assert.equal(html`${0}`.text, "0");
});

test("text that looks like a template's own code is not run again", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the point
  assert.equal(html`${"${1}"} ${"$&"}`.text, "${1} $&amp;");
});

test("characters that no document may hold become U+FFFD", () => {
  assert.equal(html`${"a\u0000b\u001bc\ud800d\u0085"}`.text, "a\ufffdb\ufffdc\ufffdd\ufffd");
});

test("a name from outside keeps its direction of writing to itself", () => {
  assert.equal(nameOf("\u202eb<").text, "<bdi>\u202eb&lt;</bdi>");
  assert.ok(nameOf("a") instanceof Markup);
});
