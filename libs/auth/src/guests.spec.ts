import { Controller, Get, Post } from '@nestjs/common';
import type { Visitor } from '@app/kernel';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { CurrentVisitor, guestTokenHash, Guests, newGuestToken, Public, RefuseBadTokens, Roles } from './index.js';

@Controller('carts')
class CartsController {
  @Post()
  @Public()
  @RefuseBadTokens()
  create(@CurrentVisitor() visitor: Visitor): Visitor {
    return visitor;
  }

  @Get(':cart_id')
  @Roles('customer')
  @Guests('cart')
  read(@CurrentVisitor() visitor: Visitor): Visitor {
    return visitor;
  }

  @Get(':cart_id/secrets')
  @Roles('staff')
  @Guests('cart')
  secrets(@CurrentVisitor() visitor: Visitor): Visitor {
    return visitor;
  }
}

describe('guests', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdgeApp({ controllers: [CartsController] });
  });
  afterAll(() => edge.close());

  const token = newGuestToken('cart');
  const guest = { of: 'cart', id: 'c-1', tokenHash: guestTokenHash(token) };
  const read = (headers: Record<string, string>, url = '/carts/c-1') => edge.app.inject({ url, headers });

  it('are admitted by the token of what they own, of which only the hash goes on', async () => {
    const answer = await read({ 'cart-token': token });
    expect([answer.statusCode, answer.json()]).toEqual([200, { guest }]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('may be users, too', async () => {
    const authorization = `Bearer ${await edge.sign()}`;
    const caller = { user_id: 5, role: 'customer' };
    expect((await read({ authorization, 'cart-token': token })).json()).toEqual({ caller, guest });
    expect((await read({ authorization })).json()).toEqual({ caller });
  });

  it('need a token, in the header of its kind only', async () => {
    for (const headers of [{}, { 'cart-token': '' }, { 'order-token': token }]) {
      const answer = await read(headers);
      expect([answer.statusCode, answer.json()]).toMatchObject([
        401,
        { detail: expect.stringContaining('Cart-Token: <token>') as string },
      ]);
    }
    expect((await read({}, `/carts/c-1?cart_token=${token}`)).statusCode).toBe(401);
    expect((await read({ 'cart-token': token }, '/me')).statusCode).toBe(401);
  });

  it('do not excuse an invalid access token, or a role that is too low', async () => {
    expect((await read({ authorization: 'Bearer broken', 'cart-token': token })).statusCode).toBe(401);
    const authorization = `Bearer ${await edge.sign()}`;
    expect((await read({ authorization, 'cart-token': token }, '/carts/c-1/secrets')).statusCode).toBe(403);
  });

  it('are known in the log by what they own, and never by their token', async () => {
    await read({ 'cart-token': token });
    expect(edge.lines.at(-1)).toMatchObject({ route: '/carts/:cart_id', cart: 'c-1' });
    await read({ 'cart-token': token }, '/carts/a%22b');
    expect(edge.lines.at(-1)).not.toHaveProperty('cart');
    expect(JSON.stringify(edge.lines)).not.toContain(token);
  });

  it('are taken for strangers on a public route, except with an invalid access token where that is refused', async () => {
    const create = (headers: Record<string, string> = {}) =>
      edge.app.inject({ method: 'POST', url: '/carts', headers });
    expect((await create()).json()).toEqual({});
    expect((await create({ 'cart-token': token })).json()).toEqual({});
    expect((await create({ authorization: 'Bearer broken' })).statusCode).toBe(401);
  });

  it('are documented with their header', async () => {
    const document = (await edge.app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, { security: object[] }>>;
      components: { securitySchemes: object };
    }>();
    expect(document.paths['/carts/{cart_id}']?.['get']?.security).toEqual([{ bearer: [] }, { cart_token: [] }]);
    expect(document.components.securitySchemes).toMatchObject({ cart_token: { in: 'header', name: 'Cart-Token' } });
  });
});
