import { jest } from '@jest/globals';

/** Ten processes are started first, on two processors. */
jest.setTimeout(120_000);
