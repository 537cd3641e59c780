import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { built, rooms } from '../../docs/rooms.mjs';
import { root } from '../../prepare/run.mjs';
import { composeFile } from './compose.mjs';

/** Settings in the compose files that a room does not read, and those that it needs and nobody gives it. */
export async function settingFaults() {
  const { splitConfig } = await built('libs/runtime');
  const { migrateConfig } = await import(pathToFileURL(path.join(root, 'apps', 'all-in-one', 'dist', 'commands', 'migrate.js')).href);
  const schemas = Object.fromEntries((await rooms()).map(({ room, config }) => [room, { ...splitConfig.shape, ...config.shape }]));
  schemas.migrate = migrateConfig.shape;
  const whole = composeFile();
  const host = composeFile('docker-compose.host.yml');
  return Object.entries(schemas).flatMap(([service, shape]) => {
    const given = { ...whole.services[service]?.environment };
    const changed = host.services[service]?.environment ?? {};
    const unknown = [...Object.keys(given), ...Object.keys(changed)].filter((name) => !(name in shape) && !(name.replace(/_FILE$/, '') in shape));
    const missing = Object.keys(shape).filter((name) => !shape[name].safeParse(undefined).success && !(name in given) && !(`${name}_FILE` in given));
    return [
      ...unknown.map((name) => `compose: ${service} has no setting ${name}`),
      ...missing.map((name) => `compose: ${service} needs ${name}`),
      ...refused(service, shape, given),
      ...refused(service, shape, changed),
    ];
  });
}

/** Values that stand there and are not filled in from outside. */
function refused(service, shape, values) {
  return Object.entries(values)
    .filter(([name, value]) => name in shape && !String(value).includes('${'))
    .map(([name, value]) => [name, shape[name].safeParse(String(value))])
    .filter(([, { success }]) => !success)
    .map(([name, { error }]) => `compose: ${service}: ${name}: ${error.issues[0].message}`);
}
