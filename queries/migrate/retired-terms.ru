#+ summary@de: Begriffe, die auslaufen, in den Daten durch die ersetzen, die an ihre Stelle treten
#+ summary@en: Replace deprecated terms in the data by those that are to be used instead
#+ summary@zh: 将数据中已弃用的术语替换为其替代术语
# The ontology must be in the default graph. Terms with several replacements are left: people have to choose.

PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

DELETE { ?subject ?old ?object } INSERT { ?subject ?new ?object }
WHERE {
  ?old owl:deprecated true ; dcterms:isReplacedBy ?new .
  FILTER NOT EXISTS { ?old dcterms:isReplacedBy ?other . FILTER(?other != ?new) }
  ?subject ?old ?object .
} ;

DELETE { GRAPH ?graph { ?subject ?old ?object } } INSERT { GRAPH ?graph { ?subject ?new ?object } }
WHERE {
  ?old owl:deprecated true ; dcterms:isReplacedBy ?new .
  FILTER NOT EXISTS { ?old dcterms:isReplacedBy ?other . FILTER(?other != ?new) }
  GRAPH ?graph { ?subject ?old ?object }
} ;

DELETE { ?subject ?predicate ?old } INSERT { ?subject ?predicate ?new }
WHERE {
  ?old owl:deprecated true ; dcterms:isReplacedBy ?new .
  FILTER NOT EXISTS { ?old dcterms:isReplacedBy ?other . FILTER(?other != ?new) }
  ?subject ?predicate ?old .
  FILTER(?predicate NOT IN (dcterms:isReplacedBy, dcterms:replaces))
} ;

DELETE { GRAPH ?graph { ?subject ?predicate ?old } } INSERT { GRAPH ?graph { ?subject ?predicate ?new } }
WHERE {
  ?old owl:deprecated true ; dcterms:isReplacedBy ?new .
  FILTER NOT EXISTS { ?old dcterms:isReplacedBy ?other . FILTER(?other != ?new) }
  GRAPH ?graph { ?subject ?predicate ?old }
}
