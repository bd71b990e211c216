export { Guests, Public, RefuseBadTokens, Roles } from './access.decorators.js';
export * from './auth.module.js';
export * from './current-caller.decorator.js';
export * from './ended-sessions.js';
export { guestTokenHash, newGuestToken } from './guest-token.js';
export * from './key-source.js';
export * from './routes-marked.js';
export * from './token-verifier.js';
