import { parse, TomlError } from "smol-toml";

/** The document as JSON, or where and why it is not TOML. Dates become the strings they were written as. */
export function parseToml(text) {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message goes on with a code block of its own; the first line is the reason.
    const reason = error.message.split("\n", 1)[0].replace(/^Invalid TOML document: /, "");
    return { syntaxError: { message: reason, line: error.line, column: error.column } };
  }
}
