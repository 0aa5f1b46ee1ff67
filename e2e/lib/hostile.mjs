// Words that want to be more than words. Whoever shows them shows text: no script sets window.hit, nobody is asked for anything at evil.example.

const RUN = 'top.hit=1;window.hit=1';

export const WORDS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  '<img src="https://evil.example/pixel.png">',
  `<svg/onload=${RUN}>`,
  `<svg><script href="https://evil.example/x.js"></script><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>${RUN}</script>"></iframe>`,
  '<iframe src="https://evil.example/"></iframe>',
  '<object data="https://evil.example/x.swf"></object><embed src="https://evil.example/x">',
  '<link rel=stylesheet href="https://evil.example/x.css"><style>@import url(https://evil.example/y.css);</style>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">',
  `<form action="https://evil.example/"><button formaction="javascript:${RUN}">send</button></form>`,
  `<a href="javascript:${RUN}">a</a><a href="https://evil.example/" ping="https://evil.example/ping">b</a>`,
  `<details open ontoggle="${RUN}"><video><source onerror="${RUN}"></video>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}></style></mglyph></table></mtext></math>`,
  `"><img src=x onerror=${RUN}>`,
  `'-${RUN}-'`,
  `</textarea></title></style></script><script>${RUN}</script>`,
  `{{constructor.constructor('${RUN}')()}} \${${RUN}} <%= ${RUN} %>`,
  `javascript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  '&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x&#62;',
  '\u202egnp.exe\u202c \u2066mixed\u2069 \u0000\u0007\ufeff'.replace('\u0000', ''),
];

/** Markdown that wants to be a link to a script, or a picture from elsewhere. */
export const MARKDOWN = [
  ...WORDS,
  `[x](javascript:${RUN})`,
  `[x](JaVaScRiPt:${RUN})`,
  `[x](java\tscript:${RUN})`,
  '[x](data:text/html;base64,PHNjcmlwdD50b3AuaGl0PTE8L3NjcmlwdD4=)',
  '[x](vbscript:msgbox)',
  '![x](https://evil.example/pixel.png)',
  `![x](x" onerror="${RUN})`,
  `[x](https://evil.example/"onmouseover="${RUN})`,
  `<https://evil.example/"onmouseover="${RUN}>`,
  `**<b onclick="${RUN}">bold</b>**`,
  `\`<script>${RUN}</script>\``,
  `# <img src=x onerror=${RUN}>`,
  `- <img src=x onerror=${RUN}>`,
  `> [a](javascript:${RUN})`,
  `[${'['.repeat(50)}a](b${')'.repeat(50)}`,
  '*'.repeat(500), '_'.repeat(500), '`'.repeat(500), '['.repeat(500),
  'https://evil.example/<script>', 'http://[', 'https://user:pass@evil.example/\u202e',
];

/** Interactive messages: in every place where there may be words, and of kinds that there are not. */
export const INTERACTIVE = WORDS.flatMap((word) => [
  { templateType: 'ListPicker', version: '1.0', data: { replyMessage: { title: word }, content: { title: word, subtitle: word, imageType: 'URL', imageData: 'https://evil.example/i.png', imageDescription: word, elements: [{ title: word, subtitle: word, imageType: 'URL', imageData: 'https://evil.example/e.png', actionDetail: word }] } } },
  { templateType: 'TimePicker', version: '1.0', data: { content: { title: word, subtitle: word, timeslots: [{ date: '2026-12-01T10:00+00:00', duration: 60 }] } } },
  { templateType: 'QuickReply', version: '1.0', data: { content: { title: word, elements: [{ title: word }] } } },
  { templateType: 'Panel', version: '1.0', data: { content: { title: word, subtitle: word, elements: [{ title: word }], url: 'https://evil.example/p.png' } } },
  { templateType: 'Carousel', version: '1.0', data: { content: { title: word, elements: [{ templateIdentifier: word, templateType: 'Panel', version: '1.0', data: { content: { title: word, elements: [{ title: word, type: 'hyperlink', url: `javascript:${RUN}` }] } } }] } } },
  { templateType: 'ViewResource', version: '1.0', data: { content: { viewId: word, viewToken: word.slice(0, 100), viewData: { Heading: word, SubHeading: word, Sections: [{ Type: 'FormInput', _id: word, Name: word, Label: word, DefaultValue: word, HelperText: word, InputType: 'x" onfocus="', Options: [{ Label: word, Value: word }] }, { TemplateString: word }], Cards: [{ Summary: { Id: word, Heading: word } }] } } } },
  { templateType: word, version: word, data: word },
]);

/** What is no JSON, or none that anybody expects. */
export const BROKEN = ['', '{', 'null', '[]', '0', '"x"', '{"data":null}', '{"templateType":"Carousel","data":{"content":{"elements":[null,1,{"data":null}]}}}', '{"templateType":"ListPicker","data":{"content":{"elements":[null,{"title":{"a":1}}]}}}',
  '{"templateType":"ViewResource","data":{"content":{"viewData":{"Sections":[null,[[[[[[[[[[1]]]]]]]]]]}}}}', '{"__proto__":{"hit":1},"templateType":"Panel","data":{"content":{"title":"x","__proto__":{"hit":1}}}}'].filter(Boolean);
