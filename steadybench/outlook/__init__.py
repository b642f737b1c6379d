"""What a run will take, told before anything starts: clips, passes, hours, disk, memory, and what refuses."""
