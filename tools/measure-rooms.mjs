// `npm run measure:rooms`: what each room's process costs, run apart, one replica each, over a PostgreSQL, a Redis and a Kafka of
// its own: its start, at rest, and with `--load MINUTES` (10 where none are given) minute by minute under a bounded load.
// `--write` puts it all into docs/memory.md.
import './prepare/node-version.mjs';

const { told } = await import('./prepare/say.mjs');
const { main } = await import('./measure-rooms/main.mjs');
await told(main);
