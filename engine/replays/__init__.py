"""What an operator asks for when a read model is to be built anew, and the moment at which readers see it."""
