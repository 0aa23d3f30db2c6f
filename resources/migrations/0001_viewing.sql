CREATE TABLE `finding_masks` (
	`finding_id` text PRIMARY KEY NOT NULL,
	`mask` text NOT NULL,
	FOREIGN KEY (`finding_id`) REFERENCES `findings`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `hanging_protocols` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`modality` text NOT NULL,
	`body_part` text NOT NULL,
	`body` text NOT NULL,
	`revision` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`deleted_at` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `hanging_protocols_owner` ON `hanging_protocols` (`owner`,`modality`);--> statement-breakpoint
CREATE TABLE `key_images` (
	`id` text PRIMARY KEY NOT NULL,
	`study_uid` text NOT NULL,
	`series_uid` text NOT NULL,
	`sop_instance_uid` text NOT NULL,
	`frame_number` integer NOT NULL,
	`note` text NOT NULL,
	`revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`deleted_at` text,
	`deleted_by` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `key_images_study` ON `key_images` (`study_uid`,`created_at`);--> statement-breakpoint
CREATE TABLE `viewer_preferences` (
	`owner` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`revision` integer NOT NULL,
	`updated_at` text NOT NULL
) STRICT;
