"""The whole workspace checked, its issues fixed or exempted."""
