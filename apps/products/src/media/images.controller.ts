import { Roles } from '@app/auth';
import { IdParam, Problems } from '@app/http';
import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ImageResponseDto, ImageStateDto, toImageResponse, toImageState } from './dto/image-response.dto.js';
import { ImagesService } from './images.service.js';

@ApiTags('images')
@Controller('images/:image_id')
export class ImagesController {
  constructor(private readonly images: ImagesService) {}

  @Post('complete')
  @Roles('staff')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Say that the bytes of a picture are there',
    description:
      'For staff. What lies there now is rendered; what is sent to the address afterwards is never shown. Completing it ' +
      'again changes nothing. Read the image until it is `ready` or `rejected`.',
  })
  @ApiAcceptedResponse({ type: ImageStateDto })
  @Problems('validation-failed', 'not-found', 'upload-missing', 'media-unavailable')
  async complete(@IdParam('image_id') imageId: number): Promise<ImageStateDto> {
    return toImageState(await this.images.complete(imageId));
  }

  @Get()
  @Roles('staff')
  @ApiOperation({
    summary: 'Read what has become of a picture',
    description: 'For staff. `code` says why it was rejected; a rejected one is deleted after a week.',
  })
  @ApiOkResponse({ type: ImageResponseDto })
  @Problems('validation-failed', 'not-found')
  async show(@IdParam('image_id') imageId: number): Promise<ImageResponseDto> {
    return toImageResponse(await this.images.show(imageId));
  }

  @Delete()
  @Roles('staff')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a picture',
    description:
      'For staff. The product no longer shows it; its files follow a day later, unless another picture is the same.',
  })
  @ApiNoContentResponse()
  @Problems('validation-failed', 'not-found')
  delete(@IdParam('image_id') imageId: number): Promise<void> {
    return this.images.delete(imageId);
  }
}
