// SPDX-License-Identifier: Apache-2.0
// Kubernetes' objects against its published types, as the npm package kubernetes-models has them.
import fs from 'node:fs';
import { RuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import { Pod } from 'kubernetes-models/v1';
import ts from 'typescript';

const kubernetes = { 'node.k8s.io/v1/RuntimeClass': RuntimeClass, 'v1/Pod': Pod };
const kindOf = (object) => `${object?.apiVersion}/${object?.kind}`;

// What is wrong with each of Kubernetes' documents, or undefined. Its schemas let a key pass that they do not know, which is
// what a misspelt one is; its types say which keys there are.
export function checkKubernetes(documents) {
  const mistakes = documents.map(mistakeOfObject);
  const keys = mistakesOfKeys(documents.filter((_, at) => !mistakes[at]));
  return mistakes.map((mistake) => mistake ?? keys.shift());
}

function mistakeOfObject(object) {
  const Type = kubernetes[kindOf(object)];
  if (!Type) return `no kind that this check knows; it knows ${Object.keys(kubernetes).join(', ')}`;
  try {
    new Type(object).validate();
  } catch (error) {
    return error.message;
  }
}

// What the TypeScript compiler says of each document as a literal of its type; all in one program, which reads the types once.
function mistakesOfKeys(objects) {
  const files = objects.map((_, at) => `document-${at}.ts`);
  objects.forEach((object, at) =>
    fs.writeFileSync(
      files[at],
      `import type { I${object.kind} } from 'kubernetes-models/${object.apiVersion}';\n` +
        `export const document: I${object.kind} = ${JSON.stringify(object)};\n`,
    ),
  );
  const module = ts.ModuleKind.NodeNext;
  const program = ts.createProgram(files, { noEmit: true, strict: true, skipLibCheck: true, module, types: [] });
  return files.map((file) => {
    const [first] = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    return first && ts.flattenDiagnosticMessageText(first.messageText, '; ');
  });
}
