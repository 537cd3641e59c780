import { describe, expect, it } from '@jest/globals';
import { defineAsk, definePeer } from '@latchkey/contracts';
import { z } from 'zod';
import { NotHeard, createPeers, type Carrier } from './ask.ts';
import { PeerRefused, PeerUnavailable } from './peers.ts';

const API = definePeer('cas', {
  read: defineAsk('/internal/cas/read', { request: z.object({ id: z.string() }), response: z.object({ name: z.string() }), idempotent: true }),
  write: defineAsk('/internal/cas/write', { request: z.object({ id: z.string() }), response: z.object({ name: z.string() }), idempotent: false }),
});

function asking(...answers: ({ status: number; body: string } | Error)[]) {
  const carried: string[] = [];
  const carrier: Carrier = async (_room, path) => {
    carried.push(path);
    const next = answers.shift() ?? { status: 200, body: '{"name":"late"}' };
    if (next instanceof Error) throw next;
    return next;
  };
  return { carried, peers: createPeers({ carrier, credential: () => 'token' }).to(API) };
}

describe('asking another room (design §4)', () => {
  it('an answer is validated on the way in', async () => {
    await expect(asking({ status: 200, body: '{"name":1}' }).peers.read({ id: 'a' })).rejects.toThrow();
  });
  it('a question is validated on the way out, and a wrong one is never carried', async () => {
    const { peers, carried } = asking();
    await expect(peers.read({ id: 1 } as never)).rejects.toThrow();
    expect(carried).toEqual([]);
  });
  it('an idempotent ask is carried once more after a lost answer', async () => {
    const { peers, carried } = asking(new Error('reset'), { status: 200, body: '{"name":"ada"}' });
    expect(await peers.read({ id: 'a' })).toEqual({ name: 'ada' });
    expect(carried).toHaveLength(2);
  });
  it('any other ask is carried once: nobody knows whether it was heard', async () => {
    const { peers, carried } = asking(new Error('reset'));
    await expect(peers.write({ id: 'a' })).rejects.toBeInstanceOf(PeerUnavailable);
    expect(carried).toHaveLength(1);
  });
  it('an ask that reached nobody is not carried again: the carrier has been to every replica', async () => {
    const { peers, carried } = asking(new NotHeard('refused'));
    await expect(peers.read({ id: 'a' })).rejects.toBeInstanceOf(PeerUnavailable);
    expect(carried).toHaveLength(1);
  });
  it('retries are bounded', async () => {
    const { peers, carried } = asking(new Error('1'), new Error('2'), new Error('3'));
    await expect(peers.read({ id: 'a' })).rejects.toBeInstanceOf(PeerUnavailable);
    expect(carried).toHaveLength(2);
  });
  it.each([500, 503])('status %s means the outcome is unknown', async (status) => {
    await expect(asking({ status, body: '' }, { status, body: '' }).peers.read({ id: 'a' })).rejects.toBeInstanceOf(PeerUnavailable);
  });
  it('whether it answered that it could not, or did not answer, can be told apart', async () => {
    await expect(asking({ status: 500, body: '' }).peers.write({ id: 'a' })).rejects.toMatchObject({ name: PeerUnavailable.name, status: 500 });
    await expect(asking(new Error('reset')).peers.write({ id: 'a' })).rejects.toMatchObject({ name: PeerUnavailable.name, status: undefined });
  });
  it('a refusal carries its status', async () => {
    await expect(asking({ status: 400, body: 'why' }).peers.read({ id: 'a' })).rejects.toMatchObject({ name: PeerRefused.name, status: 400 });
  });
});
