import { afterAll } from '@jest/globals';
import { stopServices } from '../../../testing/src/servers.ts';
import { busConformance } from '../bus.conformance.ts';
import { directTransport } from './direct-transport.ts';

afterAll(stopServices);

busConformance('no broker (rooms tell each other)', async () => directTransport(), { broker: false });
