import { readFileSync } from 'node:fs';
import { Advice, until } from '../../services/processes.mjs';

/** What the containers are, seen from outside: who they run as, what they may write, what they take; and what Prometheus sees. */
export async function look(podman, { rooms, demos, images }) {
  const lines = [];
  const rows = [];
  for (const service of [...rooms, ...demos, 'nginx', 'prometheus']) {
    const pid = Number(await podman.inspect(service, '{{.State.Pid}}'));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)[1];
    if (field('Uid') === '0') throw new Advice(`${service} runs as root.`);
    if (Number.parseInt(field('CapEff'), 16) !== 0) throw new Advice(`${service} has capabilities: ${field('CapEff')}`);
    if (field('NoNewPrivs') !== '1') throw new Advice(`${service} may gain privileges.`);
    const rootMount = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n').find((line) => line.split(' ')[4] === '/');
    if (!rootMount.split(' ')[5].split(',').includes('ro')) throw new Advice(`The root file system of ${service} can be written to.`);
    const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 :]/)[0];
    rows.push([service, program, field('Uid'), `${Math.round(residentKb(pid) / 1024)} MB`]);
  }
  lines.push('no container of ours runs as root, has a capability or can write to its root file system');
  lines.push(await prometheusSees(rooms));
  for (const [target, image] of Object.entries(images)) {
    const bytes = Number((await podman.podman('image', 'inspect', '--format', '{{.Size}}', image)).trim());
    lines.push(`image ${target}: ${Math.round(bytes / 1e6)} MB unpacked`);
  }
  const head = ['container', 'first process', 'user', 'resident'];
  return { lines, table: [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n') };
}

/** With whatever it started: `init` is a process of its own before node. */
function residentKb(pid) {
  const own = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return own + (children === '' ? 0 : children.split(' ').reduce((sum, child) => sum + residentKb(child), 0));
}

async function prometheusSees(rooms) {
  const ask = async (path) => (await (await fetch(`http://127.0.0.1:9090/api/v1/${path}`)).json()).data;
  const up = await until(
    async () => {
      const { activeTargets } = await ask('targets').catch(() => ({ activeTargets: [] }));
      return activeTargets.length === rooms.length && activeTargets.every(({ health }) => health === 'up');
    },
    { ms: 60_000, everyMs: 500 },
  );
  if (!up) throw new Advice(`Prometheus does not see every room: ${JSON.stringify((await ask('targets')).activeTargets.map(({ labels, lastError }) => [labels.service, lastError]))}`);
  const counted = await until(async () => (await ask('query?query=sum(latchkey_sign_ins_total{outcome="signed-in"})')).result[0]?.value[1], { ms: 30_000, everyMs: 500 });
  if (!counted) throw new Advice('Prometheus reads the rooms and finds no sign-ins counted.');
  const { groups } = await ask('rules');
  const unwell = groups.flatMap(({ rules }) => rules).filter(({ health }) => health === 'err');
  if (unwell.length > 0) throw new Advice(`Alert rules that cannot be evaluated: ${unwell.map(({ name, lastError }) => `${name}: ${lastError}`).join('; ')}`);
  return `Prometheus reads all ${rooms.length} rooms and ${groups.flatMap(({ rules }) => rules).length} alert rules, and has counted ${counted} sign-ins`;
}
