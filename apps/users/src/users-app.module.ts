import { databaseAccess, textSource } from '@app/config';
import { Clock } from '@app/kernel';
import { defineApi } from '@app/service';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccessTokens } from './keys/access-tokens.js';
import { AccountPageController } from './tokens/account-page.controller.js';
import { AccountService } from './users/account.service.js';
import { AddressesController } from './addresses/addresses.controller.js';
import { AddressesRepository } from './addresses/addresses.repository.js';
import { AddressesService } from './addresses/addresses.service.js';
import { AccountTokensRepository } from './tokens/account-tokens.repository.js';
import { AccountTokensService } from './tokens/account-tokens.service.js';
import { AuthController } from './users/auth.controller.js';
import { AuthService } from './users/auth.service.js';
import { CredentialsService } from './users/credentials.service.js';
import { FailedAttemptsService } from './credentials/failed-attempts.service.js';
import { KnownClients } from './credentials/known-clients.js';
import { MailLimitsService } from './tokens/mail-limits.service.js';
import { JwksController } from './keys/jwks.controller.js';
import { assertArgon2, Passwords } from './credentials/passwords.js';
import { ServerSecret } from './credentials/secrets.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SigningKeys } from './keys/signing-keys.js';
import { WindowCountsRepository } from './credentials/window-counts.repository.js';
import { usersDatabase } from './database/data-source.js';
import { FirstAdmin } from './users/first-admin.js';
import { UserChangesService } from './users/user-changes.service.js';
import { UserEvents } from './accounts/user-events.js';
import { UsersCommandsController } from './users/users.commands.controller.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './accounts/users.repository.js';
import { UsersService } from './users/users.service.js';
import { UsersConfig } from './users.config.js';
import { manifest } from './users.manifest.js';

const PROVIDERS = [
  AccountService,
  AccountTokensService,
  AccountTokensRepository,
  AddressesRepository,
  AddressesService,
  AuthService,
  CredentialsService,
  FailedAttemptsService,
  KnownClients,
  MailLimitsService,
  Passwords,
  SessionsService,
  SessionsRepository,
  UserChangesService,
  UserEvents,
  UsersRepository,
  UsersService,
  WindowCountsRepository,
];

@Global()
@Module({})
class UsersAppModule {
  static forConfig(config: UsersConfig): DynamicModule {
    return {
      module: UsersAppModule,
      controllers: [
        UsersController,
        AddressesController,
        AuthController,
        JwksController,
        UsersCommandsController,
        ...(config.ACCOUNT_URL === undefined ? [AccountPageController] : []),
      ],
      providers: [...PROVIDERS, ...configuredProviders(config)],
      exports: [SigningKeys, SessionsService],
    };
  }
}

function configuredProviders(config: UsersConfig): NonNullable<DynamicModule['providers']> {
  const identity = { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE };
  const admin = { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD };
  return [
    { provide: ServerSecret, useValue: { value: config.FINGERPRINT_KEY } satisfies ServerSecret },
    {
      provide: SigningKeys,
      inject: [Clock],
      useFactory: (clock: Clock) => SigningKeys.open(textSource(config.JWT_KEYS, config), clock),
    },
    {
      provide: AccessTokens,
      inject: [SigningKeys, Clock],
      useFactory: (keys: SigningKeys, clock: Clock) => new AccessTokens(keys, clock, identity),
    },
    { provide: FirstAdmin, inject: [UsersService], useFactory: (users: UsersService) => new FirstAdmin(users, admin) },
  ];
}

export const service = defineApi(manifest, {
  config: UsersConfig,
  api: {
    authentication: {
      inject: [SigningKeys, SessionsService],
      keys: (keys: SigningKeys) => keys,
      endedSessions: (_: SigningKeys, sessions: SessionsService) => sessions,
    },
  },
  module: (config) => UsersAppModule.forConfig(config),
  database: (config) => usersDatabase(databaseAccess(config)),
  assertServes: (app) => {
    assertArgon2();
    app.get(SigningKeys).assertSigns();
  },
  begin: (app) => app.get(FirstAdmin).ensure(),
});
