// What is deployed by Dockerfile, docker-compose.yml and deploy/ is held against its own rules and against the rooms. Needs a build.
import { told } from '../prepare/say.mjs';
import { Advice } from '../services/processes.mjs';
import { composeFaults } from './check/compose.mjs';
import { doorFaults } from './check/door.mjs';
import { dockerfileFaults } from './check/hadolint.mjs';
import { measurementFaults } from './check/measurements.mjs';
import { settingFaults } from './check/settings.mjs';
import { versionFaults } from './check/versions.mjs';
import { notCurrent } from './written.mjs';

await told(async () => {
  const faults = [];
  for (const find of [notCurrent, composeFaults, versionFaults, settingFaults, measurementFaults, doorFaults, dockerfileFaults]) faults.push(...(await find(console.log)));
  if (faults.length > 0) throw new Advice(faults.join('\n'));
});
process.exit(0);
