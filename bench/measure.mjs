/**
 * Runs one operation from `connections` loops for `seconds`. Each answer is checked by the operation itself, which throws when
 * it is not what was asked for: one wrong answer ends the run.
 */
export async function measure(server, operation, { seconds, connections }) {
  const times = [];
  const before = await server.cpu();
  const began = performance.now();
  const until = began + seconds * 1000;
  const loop = async (worker) => {
    while (performance.now() < until) {
      const start = performance.now();
      await operation(worker);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, worker) => loop(worker)));
  const took = (performance.now() - began) / 1000;
  const after = await server.cpu();
  times.sort((a, b) => a - b);
  return {
    operations: times.length,
    perSecond: times.length / took,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    cpuUs: (after.processUs - before.processUs) / times.length,
    databaseUs: after.databaseUs === null ? null : (after.databaseUs - before.databaseUs) / times.length,
    rssMb: after.rssMb,
  };
}
