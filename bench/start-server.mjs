import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A Java server is slow to start. */
const START_MS = 240_000;
/** For a profile of the server: BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profile'. */
const NODE_OPTIONS = process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];

/** A server in a process of its own, which answers `cpu` over IPC: load and server never share a processor's account. */
export async function startServer(file) {
  const child = fork(fileURLToPath(file), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: NODE_OPTIONS, env: { ...process.env, NODE_ENV: 'production' } });
  const ready = await once(child, 'ready', START_MS);
  return {
    ...ready,
    async cpu() {
      child.send('cpu');
      return once(child, 'cpu', 5_000);
    },
    async stop() {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.send('stop');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function once(child, type, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error(`the server sent no ${type} within ${ms} ms`)), ms);
    const onMessage = (message) => message?.type === type && done(resolve, message);
    const onExit = (code) => done(reject, new Error(`the server ended with ${code}`));
    function done(settle, value) {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle(value);
    }
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
