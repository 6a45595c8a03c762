"""What every part of the window shares: menu, actions, settings, messages, reports."""
