"""What a lesson is: its record, the data of its pictures, text typed into it, trained weights, shared examples."""
