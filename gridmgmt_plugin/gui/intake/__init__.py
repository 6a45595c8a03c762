"""What came in and waits for a planner's hand: cases that have no place yet."""
