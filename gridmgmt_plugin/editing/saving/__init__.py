"""What happens when the planner saves: checked, written in one transaction or refused, and taken back."""
