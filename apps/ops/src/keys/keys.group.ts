import { Module } from '@nestjs/common';
import { KeySetStore } from './key-set-store.js';
import { KeysCommand, RotateKeysCommand } from './rotate-keys.command.js';

@Module({ providers: [KeysCommand, RotateKeysCommand, KeySetStore] })
export class KeysGroup {}
