// The numbers that describe tokens (TokenBatch.cs): a kind, how many handlers listen and which ones, then by kind
//   startTag  element number (0: it has no content), namespace | 4 when self-closing, name, attribute count, name and value of each
//   text      1 for the last piece of a text node, its text
//   comment   its text
//   doctype   name, public id, system id
//   endTag    (instead of the handlers: the elements that it closes) name
// where strings are two numbers, the range in the batch's text; a doctype's part that is missing is -1, -1.

export const TokenKind = { silent: 0, startTag: 1, text: 2, comment: 3, doctype: 4, endTag: 5 } as const;

export const namespaces = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"];
