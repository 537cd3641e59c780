import { built, generated, rooms, table } from './rooms.mjs';

/** Asks the running rooms themselves which routes they answer: nothing here can be forgotten or out of date. */
export async function routesDocument() {
  const { launchPlatform, stopServices } = await built('libs/testing');
  const platform = await launchPlatform();
  try {
    const sections = (await rooms()).map(({ room, paths }) => {
      const routes = routesOf(platform.rooms.get(room).fastify);
      const isInternal = ({ path }) => path.startsWith('/internal/');
      const reached = routes.filter((route) => !isInternal(route));
      const asked = routes.filter(isInternal);
      return [
        `## ${room}`,
        '',
        paths.length === 0 ? 'Not reachable from outside.\n' : `Outside: ${paths.map((prefix) => `\`${prefix}\``).join(' ')}\n`,
        ...(reached.length > 0 ? [table(['method', 'path'], reached.map(cells))] : []),
        ...(asked.length > 0 ? ['Asked by other rooms, with a service credential:\n', table(['method', 'path'], asked.map(cells))] : []),
      ].join('\n');
    });
    return [
      generated('the routes of the running rooms'),
      '# Routes',
      '',
      'One public origin; the front sends a request to a room by the prefix of its path. `/internal/…` has no prefix and is not reachable there.',
      '',
      ...sections,
    ].join('\n');
  } finally {
    await platform.close();
    await stopServices();
  }
}

const cells = ({ methods, path }) => [methods.join(' '), `\`${path}\``];

/** Reads Fastify's drawing of its routes: each level is four characters further in, each node continues its parent's path. */
function routesOf(fastify) {
  const parents = [];
  const routes = [];
  for (const line of fastify.printRoutes({ commonPrefix: false }).split('\n')) {
    const found = /^((?:[│ ] {3})*)[├└]── (\S*)(?: \(([^)]*)\))?/.exec(line);
    if (!found) continue;
    const [, indent, part, methods] = found;
    const depth = indent.length / 4;
    parents.length = depth;
    parents.push(part);
    const shown = methods?.split(', ').filter((method) => method !== 'HEAD' && method !== 'OPTIONS') ?? [];
    if (shown.length > 0) routes.push({ methods: shown, path: parents.join('') });
  }
  return routes.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}
