CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`owner` text NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL CHECK (`balance` >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_owner_unique` ON `accounts` (`owner`);
