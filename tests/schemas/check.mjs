// SPDX-License-Identifier: Apache-2.0
// check.mjs SUBJECT FILE...: does each file keep to the schema that others have published?
//   kubernetes                 Kubernetes' own types, from the npm package kubernetes-models
//   FOLDER/SCHEMA.json         a JSON schema, with what it refers to beside it
// Tells "ok FILE (KIND)" or "FAILED FILE (KIND): why" of each document. Exits 1 if one was refused.
import fs from 'node:fs';
import path from 'node:path';
import * as yaml from 'js-yaml';

// What is wrong with each document by the JSON schema in a file, or undefined.
async function checkJson(file, documents) {
  const { default: Ajv } = await import('ajv');
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const name of fs.readdirSync(path.dirname(file)).filter((each) => each.endsWith('.json'))) {
    const schema = JSON.parse(fs.readFileSync(path.join(path.dirname(file), name), 'utf8'));
    // Of draft 4, which Ajv no longer knows, the published schemas use nothing that a later draft reads otherwise.
    delete schema.$schema;
    ajv.addSchema(schema, name);
  }
  return documents.map((document) =>
    ajv.validate(path.basename(file), document) ? undefined : ajv.errorsText(),
  );
}

const [subject, ...files] = process.argv.slice(2);
if (files.length === 0) {
  console.error('check.mjs: needs a subject and files; see the top of the script');
  process.exit(2);
}
const documents = files.flatMap((file) => {
  const read = yaml.loadAll(fs.readFileSync(file, 'utf8'));
  // An empty file is one document too: nothing.
  return (read.length > 0 ? read : [null]).map((document) => ({ file, document }));
});
const bare = documents.map(({ document }) => document);
// Each subject's libraries are read when it is asked for: Kubernetes' types take seconds.
const mistakes =
  subject === 'kubernetes'
    ? (await import('./kubernetes.mjs')).checkKubernetes(bare)
    : await checkJson(subject, bare);
documents.forEach(({ file, document }, at) => {
  const name = `${path.basename(file)} (${document?.kind ?? path.basename(subject)})`;
  console.log(mistakes[at] ? `FAILED ${name}: ${mistakes[at]}` : `ok ${name}`);
  if (mistakes[at]) process.exitCode = 1;
});
