import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A public file. Images with the same content share it. */
@Entity('media_files')
export class MediaFile {
  @PrimaryColumn({ name: 'file_key', type: 'varchar', length: 100 })
  fileKey: string;

  /** How many images show it. */
  @Column({ name: 'uses', type: 'int' })
  uses: number;

  /** Since when none does. */
  @Column({ name: 'free_since', type: 'datetime', precision: 3, nullable: true })
  freeSince: Date | null;

  /** Since when somebody removes it; nobody may begin to use it then. */
  @Column({ name: 'removing_at', type: 'datetime', precision: 3, nullable: true })
  removingAt: Date | null;
}
