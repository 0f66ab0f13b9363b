// Prints what AsyncAPI's own parser finds wrong with each document named: a list of texts, "" is good.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, ...documents] = process.argv.slice(2);
const { Parser } = createRequire(`${packages}/`)("@asyncapi/parser");
const findings = [];
for (const document of documents) {
  const { diagnostics } = await new Parser().parse(readFileSync(document, "utf8"));
  const wrong = diagnostics.filter(({ severity }) => severity < 2);
  findings.push(wrong.map(({ path, message }) => `${path.join("/")}: ${message}`).join("\n"));
}
console.log(JSON.stringify(findings));
