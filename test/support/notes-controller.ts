import { Public, Roles } from '@app/auth';
import { TextField } from '@app/http';
import { Body, Controller, Post } from '@nestjs/common';

class NoteDto {
  @TextField({ min: 1, max: 100 })
  text: string;
}

/** Takes a body from anybody, and one from customers. */
@Controller('notes')
export class NotesController {
  @Post()
  @Public()
  open(@Body() note: NoteDto): NoteDto {
    return note;
  }

  @Post('own')
  @Roles('customer')
  own(@Body() note: NoteDto): NoteDto {
    return note;
  }
}
