import { endRunning } from '../../prepare/run.mjs';
import { step, told } from '../../prepare/say.mjs';
import { Lifetime } from '../../start/lifetime.mjs';
import { kubernetesPrograms } from './kubernetes.mjs';

/** `node tools/k8s/real/prepare.mjs`: only the part of `npm run k8s:real` that takes long and is done once a machine. */
const lifetime = new Lifetime();
lifetime.watch();
lifetime.add('The compiler', endRunning);
await told(() => step('Kubernetes', kubernetesPrograms));
await lifetime.end(0);
