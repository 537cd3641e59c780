import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { root, run } from '../prepare/run.mjs';
import { told } from '../prepare/say.mjs';
import { Advice } from '../services/processes.mjs';
import { kubeconform } from './kubeconform.mjs';
import { render } from './render.mjs';
import { kubernetesVersion, schemas } from './schemas.mjs';

/**
 * Builds k8s/base and every overlay and holds each object against Kubernetes' own strict schemas: always by ajv, and by
 * kubeconform too where it is installed or Go is there to compile it. Both read the same schemas.
 */
export async function check(log) {
  const folders = ['k8s/base', ...readdirSync(path.join(root, 'k8s', 'overlays')).map((name) => `k8s/overlays/${name}`)];
  const library = await schemas(log);
  const own = ownSchemas();
  const look = byAjv(library, own);
  const rendered = path.join(root, '.latchkey', 'k8s');
  rmSync(rendered, { recursive: true, force: true });
  mkdirSync(rendered, { recursive: true });
  const faults = [];
  let objects = 0;
  for (const folder of folders) {
    const text = await render(folder, log);
    writeFileSync(path.join(rendered, `${folder.replaceAll('/', '-')}.yaml`), text);
    for (const document of parseAllDocuments(text)) {
      objects += 1;
      faults.push(...look(document.toJS()).map((fault) => `${folder}: ${fault}`));
    }
  }
  if (faults.length > 0) throw new Advice(faults.join('\n'));
  const second = await byKubeconform(rendered, library, own, log);
  log(`${objects} objects of ${folders.length} folders, Kubernetes ${kubernetesVersion}, ajv${second}`);
}

/** `deployment-apps-v1`, as the library names its files. */
function schemaName({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [undefined, apiVersion];
  return [kind.toLowerCase(), ...(group ? [group.split('.')[0]] : []), version].join('-');
}

function byAjv(library, own) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const read = (name) => JSON.parse(readFileSync(path.join(library, `${name}.json`), 'utf8'));
  const definitions = read('_definitions');
  delete definitions.$schema;
  ajv.addSchema(definitions, '_definitions.json');
  const compiled = new Map();
  return (object) => {
    const name = schemaName(object);
    const title = `${object.kind} ${object.metadata?.name}`;
    if (!compiled.has(name)) {
      try {
        const schema = own[name] ?? read(name);
        delete schema.$schema;
        compiled.set(name, ajv.compile(schema));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        return [`${title}: Kubernetes ${kubernetesVersion} knows no ${object.kind} of ${object.apiVersion}`];
      }
    }
    const validate = compiled.get(name);
    if (validate(object)) return [];
    return validate.errors.map(({ instancePath, message, params }) => `${title}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
  };
}

/** Schemas of resources that Kubernetes does not bring, out of their definitions in this folder; strict. */
function ownSchemas() {
  const definition = parse(readFileSync(new URL('./service-monitor.crd.yaml', import.meta.url), 'utf8'));
  const { group, names, versions } = definition.spec;
  return Object.fromEntries(
    versions.map(({ name, schema }) => [schemaName({ apiVersion: `${group}/${name}`, kind: names.kind }), strict(schema.openAPIV3Schema)]),
  );
}

function strict(schema) {
  if (schema === null || typeof schema !== 'object') return schema;
  if (Array.isArray(schema)) return schema.map(strict);
  const made = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return schema.type === 'object' && schema.properties && !('additionalProperties' in schema) ? { ...made, additionalProperties: false } : made;
}

async function byKubeconform(rendered, library, own, log) {
  const program = await kubeconform(log);
  if (!program) return ' (no kubeconform: neither it nor Go is installed)';
  const folder = path.join(rendered, 'schemas');
  mkdirSync(folder);
  for (const [name, schema] of Object.entries(own)) writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(schema));
  const places = [library, folder].flatMap((place) => ['-schema-location', path.join(place, '{{.ResourceKind}}{{.KindSuffix}}.json')]);
  const files = readdirSync(rendered).filter((name) => name.endsWith('.yaml')).map((name) => path.join(rendered, name));
  const { code, said } = await run(program, ['-strict', '-summary', ...places, ...files]);
  if (code !== 0) throw new Advice(said.trim());
  return `, kubeconform: ${said.trim()}`;
}

await told(() => check((line) => console.log(line)));
