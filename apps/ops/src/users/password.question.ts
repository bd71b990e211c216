import { Question, QuestionSet } from 'nest-commander';

@QuestionSet({ name: 'password' })
export class PasswordQuestion {
  @Question({ type: 'password', name: 'password', message: 'Password (12 to 128 characters):', mask: '*' })
  answer(password: string): string {
    return password;
  }
}
