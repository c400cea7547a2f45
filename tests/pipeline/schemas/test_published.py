from __future__ import annotations

from newsfold import schemas


def test_every_published_column_has_a_description() -> None:
    for name, schema in schemas.PUBLISHED.items():
        for field in schema:
            description = field.metadata[b"description"].decode()
            assert len(description) > 10 and description.endswith("."), f"{name}.{field.name}"


def test_no_column_of_the_contract_is_missing() -> None:
    contract = {
        "articles": "article_id outlet publisher_family url canonical_url title body lead authors agency "
        "syndicated_from dateline language published_at first_seen_at content_hash source extras",
        "copies": "article_id copy_group_id is_original similarity kind",
        "article_embeddings": "article_id vector",
        "edges": "left_id right_id probability hours_apart",
        "stories": "edition_date story_id headline summary summary_sentences representative_article_id n_articles "
        "n_outlets n_independent first_published_at last_published_at first_outlet languages keywords entities "
        "importance cohesion status n_new_articles",
        "story_articles": "edition_date story_id article_id copy_group_id role similarity why outlet title url "
        "published_at",
        "lineage": "edition_date story_id previous_story_id relation shared_articles overlap",
        "sources": "source status n_read n_kept n_repeated n_rejected error seconds",
    }
    for name, columns in contract.items():
        assert set(columns.split()) <= set(schemas.PUBLISHED[name].names), name
