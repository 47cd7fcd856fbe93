"""What every output says, as data: answer sentences with their numbers, matrix rows, legends, what could not be seen."""
