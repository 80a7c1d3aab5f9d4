"""A local telephone exchange: it speaks Twilio's published wire protocol from the carrier's side."""
