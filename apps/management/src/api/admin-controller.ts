import { Controller, Get, Inject, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AdminGate } from '../guard/admin-gate.ts';
import { dispatch } from './dispatch.ts';
import { DESK, type Desk } from './desk.ts';
import { openApiDocument } from './openapi.ts';
import type { Route } from './route.ts';

/** One controller out of the table of routes: a route that is not in the table cannot be mounted, nor one left out. */
export function adminController(routes: readonly Route[], publicUrl: string): Type {
  const document = JSON.stringify(openApiDocument(routes, publicUrl));

  @Controller()
  class AdminController {
    constructor(
      @Inject(AdminGate) readonly gate: AdminGate,
      @Inject(DESK) readonly desk: Desk,
    ) {}

    @Get('/admin/openapi.json')
    openapi(@Res() reply: FastifyReply): void {
      void reply.header('content-type', 'application/json; charset=utf-8').send(document);
    }
  }

  for (const route of routes) mount(AdminController, route);
  return AdminController;
}

function mount(controller: Type<{ gate: AdminGate; desk: Desk }>, route: Route): void {
  const prototype = controller.prototype as object;
  const handler = {
    value(this: { gate: AdminGate; desk: Desk }, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      return dispatch(route, this, request, reply);
    },
    writable: true,
    configurable: true,
    enumerable: false,
  };
  Object.defineProperty(prototype, route.operation, handler);
  RequestMapping({ path: route.path, method: RequestMethod[route.method] })(prototype, route.operation, handler);
  Req()(prototype, route.operation, 0);
  Res()(prototype, route.operation, 1);
}
