import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseDocument } from 'yaml';
import { root } from '../../prepare/run.mjs';

const FILES = ['docker-compose.yml', 'docker-compose.host.yml'];
const schema = new URL('./compose-spec/schema.json', import.meta.url);

/** docker-compose.yml as an object, with its anchors and merges resolved. */
export const composeFile = (file = FILES[0]) => read(file).toJS();

/** What the Compose Specification would refuse, and names of one part that another does not have. */
export function composeFaults() {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  return FILES.flatMap((file) => {
    const document = read(file);
    if (document.errors.length > 0) return document.errors.map(({ message }) => `${file}: ${message}`);
    const compose = document.toJS();
    const faults = validate(compose) ? [] : validate.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
    return [...faults, ...(file === FILES[0] ? unknownNames(compose) : otherServices(compose))].map((fault) => `${file}: ${fault}`);
  });
}

function unknownNames({ services, networks, volumes }) {
  return Object.entries(services).flatMap(([name, service]) => {
    const named = (what, known, list) => list.filter((each) => !(each in known)).map((each) => `${name}: there is no ${what} ${each}`);
    const held = (service.volumes ?? []).map((each) => each.split(':')[0]).filter((each) => /^[a-z]/.test(each));
    return [
      ...named('service', services, Object.keys(service.depends_on ?? {})),
      ...named('network', networks, Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})),
      ...named('volume', volumes, held),
      ...unhealthy(name, service, services),
      ...unpinned(name, service),
    ];
  });
}

/** Whoever waits for another's health would wait for ever where that one has no health check. */
function unhealthy(name, { depends_on: awaited = {} }, services) {
  return Object.entries(awaited)
    .filter(([other, { condition }]) => condition === 'service_healthy' && !services[other]?.healthcheck)
    .map(([other]) => `${name}: ${other} has no health check to wait for`);
}

function unpinned(name, { image = '' }) {
  const actual = image.replace(/^\$\{\w+:-(.*)\}$/, '$1');
  return /:v?\d+\.\d+[\w.-]*$/.test(actual) ? [] : [`${name}: the image ${image} has no version`];
}

/** The override changes services and makes none. */
function otherServices({ services }) {
  const known = composeFile().services;
  return Object.keys(services)
    .filter((name) => !(name in known))
    .map((name) => `${name}: there is no such service in ${FILES[0]}`);
}

function read(file) {
  const tag = (kind, resolve) => ({ tag: kind, resolve, ...(typeof resolve === 'string' ? {} : { collection: undefined }) });
  // Compose's own: the value of the other file goes, or is replaced and not added to.
  const customTags = ['!reset', '!override'].flatMap((kind) => [tag(kind, (value) => (value === 'null' || value === '' ? null : value)), { tag: kind, collection: 'seq' }]);
  return parseDocument(readFileSync(path.join(root, file), 'utf8'), { merge: true, customTags });
}
