// Compiles the bundled schemas in a folder with Ajv in its default strict mode, and validates their own examples.
import { readFileSync, readdirSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [folder, ...vocabulary] = process.argv.slice(2);
let compiled = 0;
for (const file of readdirSync(folder)) {
  const schema = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
  const validate = addFormats(new Ajv()).addVocabulary(vocabulary).compile(schema);
  for (const example of schema.examples ?? []) {
    if (!validate(example)) throw new Error(`${file}: ${JSON.stringify(validate.errors)}`);
  }
  compiled += 1;
}
console.log(compiled);
