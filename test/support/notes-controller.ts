import { Public, Roles } from '@app/auth';
import { TextField } from '@app/http';
import { Body, Controller, Post } from '@nestjs/common';

class NoteDto {
  @TextField({ min: 1, max: 100 })
  text: string;
}

/** One route for anybody, and one for customers. */
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
