import { afterAll } from '@jest/globals';
import { stopServices } from '../../../testing/src/servers.ts';
import { busConformance } from '../bus.conformance.ts';
import { memoryTransport } from './memory-transport.ts';

afterAll(stopServices);

busConformance('the memory of a process', async () => memoryTransport());
