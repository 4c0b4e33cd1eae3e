"""What a sweep, a parameter and a job are: frozen values, standard library only."""
