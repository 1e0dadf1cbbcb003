from tests.core.posts.test_service import square

__all__ = ["square"]
