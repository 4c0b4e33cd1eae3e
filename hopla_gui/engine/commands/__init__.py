"""Values to commands: expansion, argparse's rules, shells, the check by the script's own parser."""
