"""What belongs to people is taken out of texts before they are stored or told; as a key it is refused."""
