// Prints what AsyncAPI's own parser finds wrong with the document named first; nothing is good.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [document, packages] = process.argv.slice(2);
const { Parser } = createRequire(`${packages}/`)("@asyncapi/parser");
const { diagnostics } = await new Parser().parse(readFileSync(document, "utf8"));
for (const { severity, path, message } of diagnostics) {
  if (severity < 2) console.log(`${path.join("/")}: ${message}`);
}
