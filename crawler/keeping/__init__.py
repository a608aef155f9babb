"""What a data folder holds, and how nothing of it is lost: locks, archive, recovery, backups, takedowns."""
