"""The namespaces that rooms write and read by, each spelled once."""

GM = "https://w3id.org/green-manufacturing/ontology#"
BASE = "https://w3id.org/green-manufacturing/id/"
"""Under which the data's IRIs stand, unless a build is told otherwise."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"
