// `npm run k8s:real`: a Kubernetes of one node on this machine, in namespaces of its own, with the rooms rolled out from the
// production overlay and restarted under load. As root, on Linux; the first run compiles Kubernetes (docs/deploy-kubernetes.md).
// Nothing of it can be reached from outside, and all of it ends with this process.
import '../prepare/node-version.mjs';

const { main } = await import('./real/main.mjs');
await main();
