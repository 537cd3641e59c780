// `npm run sbom [-- FILE]`: what the image of Latchkey is made of besides its base and Node, as CycloneDX, out of the lock file.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNpm } from '../prepare/run.mjs';
import { told } from '../prepare/say.mjs';
import { Advice } from '../services/processes.mjs';

await told(async () => {
  const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), process.argv[2] ?? path.join(root, '.latchkey', 'sbom.cdx.json'));
  // The same packages that the Dockerfile installs.
  const { code, said } = await runNpm(['sbom', '--silent', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--omit=dev', '--workspace=apps/all-in-one']);
  if (code !== 0) throw new Advice(`npm sbom failed:\n${said.trim()}`);
  const bom = JSON.parse(said);
  // npm calls it after the folder of the clone.
  bom.metadata.component.name = 'latchkey';
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  console.log(`${bom.components.length} packages, written to ${file}`);
});
